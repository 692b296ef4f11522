-- file: hubspot/tutti-i-contatti.csv
-- One row per contact, in an account whose clock is the shop's in winter.
with latest as (
    select *
    from crm_contact
    qualify row_number() over (partition by id order by property_lastmodifieddate desc) = 1
)

select
    id as "ID record",
    property_firstname as "Nome",
    property_lastname as "Cognome",
    property_email as "E-mail",
    property_phone as "Numero di telefono",
    property_hs_lead_status as "Stato del lead",
    strftime(property_createdate + interval 1 hour, '%Y-%m-%d %H:%M')
        as "Data di creazione (GMT+1)",
    property_lifecyclestage as "Fase del ciclo di vita",
    property_hs_analytics_source as "Sorgente di traffico originale"
from latest
where not coalesce(is_deleted, false)
order by id
