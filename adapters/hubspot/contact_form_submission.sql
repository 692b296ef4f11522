-- target: crm.contact_form_submission
-- HubSpot's CONTACT_FORM_SUBMISSION table, one row per submission; all names are the contract's.
-- The form's own name and type are joined from FORM and passed along.
select
    submission.*,
    form.name as form_name,
    form.form_type,
from vendor_csv('hubspot/contact_form_submission.csv') as submission
left join vendor_csv('hubspot/form.csv') as form on submission.form_id = form.guid
order by submission.form_id, submission.contact_id, submission.timestamp
