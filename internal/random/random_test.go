package random_test

import (
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/random"
)

// TestSameWordsAsPublished compares with the words that other implementations of
// xoshiro256++ give for the state that SplitMix64 makes of 0.
func TestSameWordsAsPublished(t *testing.T) {
	r := random.New(0)
	want := []uint64{0x53175d61490b23df, 0x61da6f3dc380d507, 0x5c0fdf91ec9a7bfc}
	for i, w := range want {
		if got := r.Uint64(); got != w {
			t.Errorf("word %d is %#x, want %#x", i, got, w)
		}
	}
}

func TestIntNIsFair(t *testing.T) {
	r := random.New(5)
	const n, draws = 7, 70000
	var count [n]int
	for range draws {
		count[r.IntN(n)]++
	}
	for k, c := range count {
		// 10000 expected, standard deviation 93: five of them.
		if math.Abs(float64(c)-draws/n) > 470 {
			t.Errorf("%d came %d times, want about %d", k, c, draws/n)
		}
	}
}

func TestNormalMoments(t *testing.T) {
	r := random.New(6)
	const n = 200000
	var sum, square, fourth float64
	for range n {
		x := r.Normal()
		sum += x
		square += x * x
		fourth += x * x * x * x
	}
	// Standard errors: 1/√n, √2/√n, √96/√n; five of each.
	for name, c := range map[string][3]float64{"mean": {sum / n, 0, 0.0112}, "variance": {square / n, 1, 0.0158}, "fourth moment": {fourth / n, 3, 0.11}} {
		if math.Abs(c[0]-c[1]) > c[2] {
			t.Errorf("%s %g, want %g ± %g", name, c[0], c[1], c[2])
		}
	}
}

func TestPermHasEachOnceInEveryPlace(t *testing.T) {
	var first [4]int
	for seed := range uint64(4000) {
		p := random.New(seed).Perm(4)
		first[p[0]]++
		if slices.Sort(p); !slices.Equal(p, []int{0, 1, 2, 3}) {
			t.Fatalf("permutation %v", p)
		}
	}
	for k, c := range first { // 1000 expected, standard deviation 27
		if c < 860 || c > 1140 {
			t.Errorf("%d stood first %d times of 4000", k, c)
		}
	}
}

func TestDeriveSeparates(t *testing.T) {
	seen := map[uint64]bool{}
	for seed := range uint64(50) {
		for i := range uint64(50) {
			for _, s := range []uint64{random.Derive(seed, i), random.Derive(seed, i, 0), random.Derive(seed, 0, i+1)} {
				if seen[s] {
					t.Fatalf("seed %d, part %d: the seed came before", seed, i)
				}
				seen[s] = true
			}
		}
	}
}

func TestIntNPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for an empty range")
		}
	}()
	random.New(1).IntN(0)
}
