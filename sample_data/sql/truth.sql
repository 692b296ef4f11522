create or replace view truth_person as select person_id as person, persona, language, city from person;
