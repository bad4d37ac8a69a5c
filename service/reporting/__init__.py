"""The record for analysts in SQL: the schema ``reporting``, and logins that read nothing else."""
