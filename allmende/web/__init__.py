"""The staff's front door: Today, navigation, design system, command palette."""
