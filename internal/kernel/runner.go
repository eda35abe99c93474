package kernel

// Task is work that can be cut into parts which do not depend on each other.
// A part writes its own outputs only, so that the result has the same bits for
// any number of parts.
type Task interface {
	// Part does part i of n.
	Part(i, n int)
}

// Runner runs the parts of a task, perhaps at the same time, and returns when
// all have ended. A nil Runner stands for the calling goroutine alone.
type Runner interface {
	// Width is the number of parts that can run at the same time, at least 1.
	Width() int
	// Run calls t.Part(0, n) … t.Part(n-1, n).
	Run(n int, t Task)
}

// width returns r's width, 1 for nil.
func width(r Runner) int {
	if r == nil {
		return 1
	}
	return r.Width()
}
