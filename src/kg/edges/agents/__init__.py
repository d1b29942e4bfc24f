"""Read-only tools for agents over the Model Context Protocol (extra `jsip-kg[mcp]`).

The tools ask a JSIP server over HTTP, their own if none is named: so what an agent may ask has the
very limits of the endpoint, and nothing of it runs in the process that talks to the agent.
"""
