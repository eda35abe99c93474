package learning

import (
	"context"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// errorSurfaces are the studies of chapter 1, which has pictures alone.
func errorSurfaces() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch01-convex-error-surface",
			Title:    "A convex error surface",
			Chapter:  1,
			Question: "What does the error of a linear unit look like over its two weights?",
			Cases:    []string{"ch01-convex-error-surface"},
			Run: func(_ context.Context, env *studies.Env) error {
				return surface(env, linearUnit, "A linear unit a·x + b: one lowest point.", true)
			},
		},
		{
			Name:     "ch01-non-convex-error-surface",
			Title:    "A non-convex error surface",
			Chapter:  1,
			Question: "What does the error look like when the unit is not linear?",
			Cases:    []string{"ch01-non-convex-error-surface"},
			Run: func(_ context.Context, env *studies.Env) error {
				return surface(env, waveUnit, "A sine unit sin(a·x + b): hills, valleys and saddles.", false)
			},
		},
	}
}

// unit is a model of two weights: its output for x, and its derivatives by both.
type unit func(a, b, x float64) (y, da, db float64)

func linearUnit(a, b, x float64) (y, da, db float64) { return float64(a*x) + b, x, 1 }

func waveUnit(a, b, x float64) (y, da, db float64) {
	sin, cos := fmath.SinCos(float64(a*x) + b)
	return sin, cos * x, cos
}

// errorOf is the mean squared error of a unit over 41 points of its own function
// at a = 2, b = 0.5, and its gradient.
func (u unit) errorOf(a, b float64) (mse, da, db float64) {
	const n = 41
	for i := range n {
		x := -2 + 4*float64(i)/(n-1)
		want, _, _ := u(2, 0.5, x)
		y, ya, yb := u(a, b, x)
		mse += float64((y-want)*(y-want)) / n
		da += float64(2*(y-want)*ya) / n
		db += float64(2*(y-want)*yb) / n
	}
	return mse, da, db
}

// surface draws the error, and checks convexity along random lines and where
// gradient descent ends from random places.
func surface(env *studies.Env, u unit, caption string, convex bool) error {
	const side = 5
	draw := random.New(env.Seed(""))
	place := func() float64 { return side * (2*draw.Float64() - 1) }
	bent := 0
	for range 1000 {
		a0, b0, a1, b1 := place(), place(), place(), place()
		e0, _, _ := u.errorOf(a0, b0)
		e1, _, _ := u.errorOf(a1, b1)
		if e, _, _ := u.errorOf((a0+a1)/2, (b0+b1)/2); e > (e0+e1)/2+1e-9 {
			bent++
		}
	}
	var ends []float64
	for range 50 {
		a, b := place(), place()
		for range 500 {
			_, da, db := u.errorOf(a, b)
			a, b = a-float64(0.05*da), b-float64(0.05*db)
		}
		e, _, _ := u.errorOf(a, b)
		ends = append(ends, e)
	}
	stuck := studies.Share(ends, 0.01)
	env.Record(studies.Exact("share of random lines with a hump", float64(bent)/1000),
		studies.Exact("share of gradient descents that end above the least error", stuck))
	if convex {
		env.Claim("No line over the surface has a hump", bent == 0, "%d of 1000 lines", bent)
		env.Claim("Gradient descent finds the lowest point from everywhere", stuck == 0, "%.0f %% of 50 starts end above it", 100*stuck)
	} else {
		env.Claim("Many lines over the surface have a hump", bent > 100, "%d of 1000 lines", bent)
		env.Claim("Gradient descent often ends in a valley that is not the lowest", stuck > 0.3, "%.0f %% of 50 starts", 100*stuck)
	}
	return env.Figure("", caption, plots.Surface{X: "weight a", Y: "weight b", Z: "error",
		Field: plots.Field{XFrom: -side, XTo: side, YFrom: -side, YTo: side, F: func(a, b float64) float64 {
			e, _, _ := u.errorOf(a, b)
			return math.Min(e, 200)
		}}})
}
