"""Who works here: workspaces, people, roles and rights, service hours, notices, guest links, the audit book."""
