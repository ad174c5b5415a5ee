"""What keeps a process running: server, connections, consumer, probes, logs. Everything that waits or retries is here.

Start at ``consumer.py``: the one place where articles are read, acknowledged, claimed and given up. ``embedded.py`` and
``supervisor.py`` bring the laptop default, ``connect.py`` makes every Redis client.
"""
