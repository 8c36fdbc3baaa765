package gate

import rego.v1

reviewers contains a.user if {
	some a in input.approvals
	a.type == "human"
	a.user != input.pr.author
	a.sha == input.pr.head
}

deny contains ["no_approval"] if count(reviewers) == 0

deny contains ["release_approvals"] if {
	startswith(input.pr.base, "release/")
	count(reviewers) < 2
}

deny contains ["disclosure", field] if {
	input.ai.used
	some field in ["tool", "model", "provider", "extent", "reviewed_by"]
	not input.ai[field]
}

deny contains ["unapproved_model", input.ai.model] if {
	input.ai.used
	input.ai.model
	not input.ai.model in data.approved_models
}

deny contains ["unowned", p.glob, f] if {
	some p in data.protected
	some f in input.files
	glob.match(p.glob, ["/"], f)
	not owned(p)
}

owned(p) if {
	some o in p.owners
	o in reviewers
}

deny contains ["label", l] if {
	some l in input.labels
	not regex.match(`^(area|kind|size|prio)/[a-z0-9-]+$`, l)
}

deny contains ["sign_off", c.sha] if {
	some c in input.commits
	not regex.match(`(?m)^Signed-off-by: [^\n]+ <[^\n]+@[^\n]+>$`, c.msg)
}

deny contains ["attribution", c.sha] if {
	some c in input.commits
	c.ai
	not contains(c.msg, "\nAssisted-by: ")
}

deny contains ["too_large"] if {
	input.pr.additions + input.pr.deletions > 1500
	not "size/xl" in input.labels
}

deny contains ["title"] if not regex.match(`^(feat|fix|docs|chore|refactor|test)(\([a-z0-9-]+\))?: .+$`, input.pr.title)
