"""The register of incidents: a room of its own, which the safeguarding officer reads, or the deputy while acting."""
