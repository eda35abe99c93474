// Package playbook has checked, runnable answers to the playbook's API rows whose
// point is a number that two neighbouring settings tell apart: where a normalization
// stands, what clipping a norm does to a direction, what a schedule counts. The
// rows are the subtests of one table test a chapter, named by their ids. The
// remaining rows stand beside the studies.
package playbook
