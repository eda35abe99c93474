package solve_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/solve"
)

func rosenbrock(x []float64) (y float64) {
	for i := range len(x) - 1 {
		y += 100*math.Pow(x[i+1]-x[i]*x[i], 2) + math.Pow(1-x[i], 2)
	}
	return y
}

func ackley(x []float64) float64 {
	square, wave := 0.0, 0.0
	for _, v := range x {
		square += v * v / float64(len(x))
		wave += math.Cos(2*math.Pi*v) / float64(len(x))
	}
	return -20*math.Exp(-0.2*math.Sqrt(square)) - math.Exp(wave) + 20 + math.E
}

func rastrigin(x []float64) float64 {
	y := 10 * float64(len(x))
	for _, v := range x {
		y += v*v - 10*math.Cos(2*math.Pi*v)
	}
	return y
}

func edge(x []float64) float64 { return math.Pow(x[0]-3, 2) + math.Pow(x[0]+x[1]-1, 2) }

// mixture is the squared error of a weighted average whose weights are made to sum to 1.
func mixture(a *mat.Dense, b []float64) func([]float64) float64 {
	return func(w []float64) float64 {
		sum := 0.0
		for _, v := range w {
			sum += v
		}
		if sum == 0 {
			return 1e9
		}
		scaled := slices.Clone(w)
		for j := range scaled {
			scaled[j] /= sum
		}
		e := missed(a, scaled, b)
		return e * e / float64(len(b))
	}
}

// TestDifferentialEvolutionFindsSciPysOptima compares values and places, polished
// and not. The polish's derivatives are differences, good to 1e-10 of the value's
// curvature; without it, points lie as close together as Tol makes them: values
// within 1e-8 of each other lie within about 1e-4.
func TestDifferentialEvolutionFindsSciPysOptima(t *testing.T) {
	o := fixture(t)
	functions := map[string]func([]float64) float64{"rosenbrock": rosenbrock, "ackley": ackley, "rastrigin": rastrigin,
		"edge": edge, "mixture": mixture(matrix(o.Systems[3].A), o.Systems[3].B)}
	for _, c := range o.Evolution {
		for _, polish := range []bool{true, false} {
			x, fx, s := solve.DifferentialEvolution(functions[c.Name], c.Bounds, solve.DE{Seed: 4, Tol: 1e-8, MaxIter: 3000, Polish: polish})
			if fx != functions[c.Name](x) {
				t.Errorf("%s: the value %g is not that of the point", c.Name, fx)
			}
			if fx > c.Fun+1e-9 {
				t.Errorf("%s, polish %t: %.12g after %+v, scipy finds %.12g", c.Name, polish, fx, s, c.Fun)
			}
			if c.Name == "mixture" {
				sum := 0.0
				for _, v := range x {
					sum += v
				}
				for j := range x {
					x[j] /= sum
				}
			}
			near(t, c.Name, x, c.X, 2e-4)
		}
	}
}

// TestMixtureOfEvolutionIsTheSimplexOptimum joins two methods: the search over
// weights ends where least squares on the simplex says.
func TestMixtureOfEvolutionIsTheSimplexOptimum(t *testing.T) {
	s := fixture(t).Systems[3]
	a := matrix(s.A)
	want, err := solve.SimplexLeastSquares(a, s.B)
	if err != nil {
		t.Fatal(err)
	}
	bounds := slices.Repeat([][2]float64{{0, 1}}, len(want))
	_, fx, _ := solve.DifferentialEvolution(mixture(a, s.B), bounds, solve.DE{Seed: 1, Polish: true})
	e := missed(a, want, s.B)
	if best := e * e / float64(len(s.B)); math.Abs(fx-best) > 1e-9 {
		t.Errorf("evolution finds %.12g, least squares %.12g", fx, best)
	}
}

// TestDifferentialEvolutionOptions checks each option by what it does, the draw by
// the seed, the bounds, and that NaN is never chosen.
func TestDifferentialEvolutionOptions(t *testing.T) {
	bounds := [][2]float64{{-3, 2}, {2, -3}} // in any order
	run := func(o solve.DE) ([]float64, float64, solve.Search, [][]float64) {
		var seen [][]float64
		x, fx, s := solve.DifferentialEvolution(func(x []float64) float64 {
			seen = append(seen, slices.Clone(x))
			if x[0] > 1.5 {
				return math.NaN()
			}
			return rosenbrock(x) + 1
		}, bounds, o)
		return x, fx, s, seen
	}
	x, _, s, seen := run(solve.DE{Seed: 2})
	if again, _, _, _ := run(solve.DE{Seed: 2}); !slices.Equal(x, again) {
		t.Error("the same seed finds another point")
	}
	if _, _, _, other := run(solve.DE{Seed: 3}); slices.Equal(seen[0], other[0]) {
		t.Error("another seed draws the same points")
	}
	if s.Evaluations != len(seen) || s.Evaluations != 30*(s.Generations+1) {
		t.Errorf("%+v for %d calls", s, len(seen))
	}
	for _, p := range seen {
		if p[0] < -3 || p[0] > 2 || p[1] < -3 || p[1] > 2 {
			t.Fatalf("f was asked at %v", p)
		}
	}
	if x[0] > 1.5 {
		t.Errorf("the point is %v, where f is NaN", x)
	}
	if _, _, s, _ := run(solve.DE{MaxIter: 3}); s.Generations != 3 || s.Converged {
		t.Errorf("three generations were asked for: %+v", s)
	}
	if _, _, s, _ := run(solve.DE{Population: 4, MaxIter: 1}); s.Evaluations != 16 {
		t.Errorf("8 points twice are 16 calls, not %d", s.Evaluations)
	}
	loose, tight := func() int { _, _, s, _ := run(solve.DE{Tol: 0.5}); return s.Generations }(), func() int { _, _, s, _ := run(solve.DE{Tol: 1e-6}); return s.Generations }()
	if loose >= tight {
		t.Errorf("tolerance 0.5 took %d generations and 1e-6 took %d", loose, tight)
	}
	checkHypercube(t, seen[:30])
}

// checkHypercube checks that the first points have one coordinate in each slice.
func checkHypercube(t *testing.T, points [][]float64) {
	t.Helper()
	for j := range points[0] {
		used := make([]bool, len(points))
		for _, p := range points {
			used[int((p[j]+3)/5*float64(len(points)))] = true
		}
		if slices.Contains(used, false) {
			t.Errorf("coordinate %d leaves a slice without a point", j)
		}
	}
}

// TestStrategy follows one trial: with CR near 0, F = 1 and a flat function, each
// trial differs from its parent in one coordinate.
func TestStrategy(t *testing.T) {
	var seen [][]float64
	solve.DifferentialEvolution(func(x []float64) float64 {
		seen = append(seen, slices.Clone(x))
		return float64(len(seen)) // ever worse: the first point stays best, no trial is taken
	}, slices.Repeat([][2]float64{{0, 1}}, 3), solve.DE{Population: 2, CR: 1e-9, F: 1, MaxIter: 1})
	fromBest := 0
	for i := range 6 {
		changed := 0
		for j := range 3 {
			if was, is := seen[i][j], seen[6+i][j]; was != is {
				changed++
				fromBest += one(fromDifference(seen[:6], is, j))
			}
		}
		if changed != 1 {
			t.Errorf("trial %d changes %d coordinates, want 1", i, changed)
		}
	}
	if fromBest == 0 {
		t.Error("no trial is the best point plus a difference of two others")
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fromDifference reports whether v is best + (a − b) of two points; the best is the first.
func fromDifference(points [][]float64, v float64, j int) bool {
	for _, a := range points {
		for _, b := range points {
			if math.Abs(points[0][j]+a[j]-b[j]-v) < 1e-15 {
				return true
			}
		}
	}
	return false
}

func TestDifferentialEvolutionOfNothing(t *testing.T) {
	x, fx, s := solve.DifferentialEvolution(func([]float64) float64 { return 7 }, nil, solve.DE{Polish: true})
	if len(x) != 0 || fx != 7 || !s.Converged {
		t.Errorf("%v, %g, %+v", x, fx, s)
	}
}
