"""What the company lays down: purposes and their bounds, who must agree, who is on duty, when people are reminded."""
