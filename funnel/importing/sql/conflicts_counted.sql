select target, count(*) as leads from conflicts group by target order by leads desc, target;
