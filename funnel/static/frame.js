// Tab leaves a list as it leaves every other control; inside it the arrows move, and what they reach is opened
addEventListener('keydown', pressed => {
  if (pressed.key === 'Tab' && pressed.target.closest?.('.stDataFrame')) pressed.stopImmediatePropagation();
}, true);
