"""Who is told of flags, and when: policies, the on-call rota, holidays, and whom all that reaches."""
