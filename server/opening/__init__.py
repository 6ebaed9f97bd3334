"""What has to be so before visits begin in a district: officers, contacts, a team that accepted the code of ethics."""
