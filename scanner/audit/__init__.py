"""What administrators changed: who, when, by what, from what to what. Rows are only ever added.

A change is administrative where it needs a right that supervisors alone have (`people.rules.ADMINISTRATIVE`), and whatever a
command on the server's terminal changes is. That is: files brought in and taken out; people, tokens; rules, limits, classes,
owners and sections of counting; counts started from the plan; reasons of returns; webhooks; items renamed, merged, retired;
discrepancies handed on and settled; variances settled, moved, counted again; badges shown to be printed; backups. A count or a
return without paper that a supervisor starts is noted, and a task that one finishes. What the floor and customer service do is
not: the record of scans and the events of tasks have that.

Each use case notes what it changed in its own transaction. A room that has a history of its own (items, discrepancies) is noted
here as well, so that one place has all of it. Badges, PINs, tokens and secrets are never written, only that they changed.
"""
