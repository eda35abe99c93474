package pool_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/pool"
)

// marks counts how often each part ran, and can start tasks of its own.
type marks struct {
	count [64]atomic.Int32
	inner *marks
	with  kernel.Runner
}

func (m *marks) Part(i, n int) {
	m.count[i].Add(1)
	if m.inner != nil {
		m.with.Run(3, m.inner)
	}
}

func several(t *testing.T) kernel.Runner {
	old := runtime.GOMAXPROCS(4)
	t.Cleanup(func() { runtime.GOMAXPROCS(old) })
	return pool.All()
}

func TestEveryPartRunsOnce(t *testing.T) {
	r := several(t)
	for n := range 20 {
		for range 200 {
			m := &marks{}
			r.Run(n, m)
			for i := range m.count {
				if got, want := m.count[i].Load(), int32(0); i < n && got != 1 || i >= n && got != want {
					t.Fatalf("part %d of %d ran %d times", i, n, got)
				}
			}
		}
	}
}

func TestNestedAndConcurrentRunsEnd(t *testing.T) {
	r := several(t)
	done := make(chan bool)
	for range 6 {
		go func() {
			for range 300 {
				m := &marks{inner: &marks{}, with: r}
				r.Run(5, m)
				for i := range 3 {
					if m.inner.count[i].Load() != 5 {
						t.Error("an inner part did not run once for each outer one")
					}
				}
			}
			done <- true
		}()
	}
	for range 6 {
		<-done
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	r, m := several(t), &marks{}
	r.Run(4, m)
	if n := testing.AllocsPerRun(100, func() { r.Run(4, m) }); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestEachRunsAllAndReportsTheFirstError(t *testing.T) {
	several(t)
	var ran atomic.Int32
	if err := pool.Each(context.Background(), 50, func(ctx context.Context, i int) error {
		ran.Add(1)
		if pool.For(ctx) != nil {
			t.Error("a member may use all threads")
		}
		return pool.Each(ctx, 2, func(context.Context, int) error { return nil })
	}); err != nil || ran.Load() != 50 {
		t.Errorf("%d ran, error %v", ran.Load(), err)
	}
	two, nine := errors.New("two"), errors.New("nine")
	err := pool.Each(context.Background(), 50, func(ctx context.Context, i int) error {
		switch i {
		case 2:
			return two
		case 9:
			return nine
		case 0: // ends by the cancellation that another's error brings
			<-ctx.Done()
			return fmt.Errorf("member 0: %w", ctx.Err())
		}
		return ctx.Err()
	})
	if err != two && err != nine {
		t.Errorf("error %v, want that of a member", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := pool.Each(ctx, 5, func(context.Context, int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want a cancelled context", err)
	}
}
