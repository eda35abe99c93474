// Package pool has the process's threads for work that is cut into parts: one
// set of workers, as many as GOMAXPROCS less the caller, which all fits share.
//
// There are two ways to use it. [Threads] runs the parts of one kernel, as often
// as a million times a second, so that nothing is allocated and no goroutine is
// made per call. [Each] runs whole trainings side by side, and tells them
// through their context to stay on one thread each.
//
// Results never depend on who ran which part. A caller takes parts of its own
// work like any worker and waits only for parts that already run, so a nested
// call cannot block.
package pool

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// Threads is the [kernel.Runner] of the process.
type Threads struct{ width int }

// All returns a runner over as many threads as GOMAXPROCS says now.
func All() Threads { return Threads{runtime.GOMAXPROCS(0)} }

// Width returns the number of threads.
func (t Threads) Width() int { return max(t.width, 1) }

// job is one task under way.
type job struct {
	task    kernel.Task
	parts   int32
	next    atomic.Int32 // the next part to take
	pending atomic.Int32 // parts that have not ended
	users   atomic.Int32 // workers that hold the job
}

var (
	current atomic.Pointer[job] // the job on offer; one at a time is enough
	jobs    = sync.Pool{New: func() any { return new(job) }}
	wake    = make(chan struct{}, 64)
	workers atomic.Int32
	asleep  atomic.Int32
)

// Run calls t.Part(i, n) for all i below n and returns when all have ended. A
// panic in a part that a worker runs ends the process, as in any goroutine.
func (r Threads) Run(n int, t kernel.Task) {
	if n < 2 || r.width < 2 {
		inline(n, t)
		return
	}
	j := jobs.Get().(*job)
	j.task, j.parts = t, int32(n)
	j.next.Store(0)
	j.pending.Store(int32(n))
	if !current.CompareAndSwap(nil, j) { // another task is on offer: do without help
		j.task = nil
		jobs.Put(j)
		inline(n, t)
		return
	}
	call(min(n, r.width) - 1)
	j.work()
	current.CompareAndSwap(j, nil)
	j.wait()
	j.task = nil
	jobs.Put(j)
}

func inline(n int, t kernel.Task) {
	for i := range n {
		t.Part(i, n)
	}
}

// work takes parts until none is left.
func (j *job) work() {
	for {
		i := j.next.Add(1) - 1
		if i >= j.parts {
			return
		}
		j.task.Part(int(i), int(j.parts))
		j.pending.Add(-1)
	}
}

// wait spins until no part runs and no worker looks at the job any more. Parts
// of a kernel last microseconds, less than a sleep and a wake-up.
func (j *job) wait() {
	for spins := 0; j.pending.Load() > 0 || j.users.Load() > 0; spins++ {
		if spins > 200 {
			runtime.Gosched()
		}
	}
}

// call makes sure that helpers are there and awake.
func call(helpers int) {
	for n := workers.Load(); int(n) < helpers; n = workers.Load() {
		if workers.CompareAndSwap(n, n+1) {
			go worker()
		}
	}
	for range min(helpers, int(asleep.Load())) {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// idle is how long a worker looks for the next job before it sleeps: the gap
// between two products of one training step is shorter, and to wake a thread takes
// longer than many a product.
const idle = 200 * time.Microsecond

func worker() {
	for {
		if serve() {
			continue
		}
		asleep.Add(1)
		if current.Load() == nil { // nobody called between serve and asleep
			<-wake
		}
		asleep.Add(-1)
	}
}

// serve looks for jobs for a while and reports whether it found one.
func serve() bool {
	start := time.Now()
	for spins := 1; ; spins++ {
		if j := current.Load(); j != nil && help(j) {
			return true
		}
		if spins%64 == 0 {
			if time.Since(start) > idle {
				return false
			}
			runtime.Gosched()
		}
	}
}

// help works on j if it is still on offer and has parts left.
func help(j *job) bool {
	j.users.Add(1)
	defer j.users.Add(-1)
	if current.Load() != j || j.next.Load() >= j.parts {
		return false
	}
	j.work()
	return true
}
