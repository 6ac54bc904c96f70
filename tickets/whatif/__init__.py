"""“How would last quarter have gone under this version, or this plan?”: past tickets replayed under other terms.

`asking` maps what a ticket was promised to the version asked about, `reading` fetches facts in bulk, `tallying`
compares and counts, `running` does it for one question, in the background. What is recomputed and what is not:
docs/decisions/what-if.md.
"""
