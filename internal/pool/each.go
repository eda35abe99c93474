package pool

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// inside marks the context of work that runs in a group of [Each].
type inside struct{}

// For returns the runner that work under ctx may use: all threads, or nil, the
// calling goroutine alone, inside a group of [Each].
func For(ctx context.Context) kernel.Runner {
	if ctx.Value(inside{}) != nil {
		return nil
	}
	return All()
}

// Each calls f(ctx, i) for all i below n, as many at a time as there are
// processors, and returns when all have ended. The first error, in the order of
// i, is returned; after an error no further call begins, and ctx of those under
// way is cancelled. Inside a group the calls run one after the other.
func Each(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	if ctx.Value(inside{}) != nil {
		return inOrder(ctx, n, f)
	}
	ctx, cancel := context.WithCancel(context.WithValue(ctx, inside{}, true))
	defer cancel()
	errs := make([]error, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1) - 1); i < n && ctx.Err() == nil; i = int(next.Add(1) - 1) {
				if errs[i] = f(ctx, i); errs[i] != nil {
					cancel()
				}
			}
		})
	}
	wg.Wait()
	return first(ctx, errs)
}

func inOrder(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// first returns the error of the lowest index that is not the cancellation of
// the group by another's error; else that of ctx.
func first(ctx context.Context, errs []error) error {
	var cancelled error
	for _, err := range errs {
		switch {
		case err == nil:
		case !errors.Is(err, context.Canceled):
			return err
		case cancelled == nil:
			cancelled = err
		}
	}
	if cancelled != nil {
		return cancelled
	}
	return ctx.Err()
}
