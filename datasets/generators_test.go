package datasets_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/opt"
)

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

type generatorCase struct {
	Generator              string
	Args                   json.RawMessage
	Rows, Columns, Targets int
	Every                  int // the rows kept: all, or each so many
	X, Y                   []float64
	SumX, SumAbsX          float64
	SumY, SumAbsY          float64
	Labels                 string    // hash of all labels
	Extra                  []float64 // centres or coefficients
}

// generator returns the description with the arguments of the case.
func (c generatorCase) generator(t *testing.T) datasets.Generator {
	t.Helper()
	read := func(into any) {
		d := json.NewDecoder(bytes.NewReader(c.Args))
		d.DisallowUnknownFields()
		if err := d.Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	switch c.Generator {
	case "blobs":
		var g datasets.Blobs
		read(&g)
		return g
	case "circles":
		var g datasets.Circles
		read(&g)
		return g
	case "moons":
		var g datasets.Moons
		read(&g)
		return g
	}
	var g datasets.Regression
	read(&g)
	return g
}

// promised is the agreement with scikit-learn that Generator promises.
func promised(got, want float64) bool {
	return math.Abs(got-want) <= 1e-12*math.Max(1, math.Abs(want))
}

func TestGeneratorsAreScikitLearns(t *testing.T) {
	var fixture struct{ Cases []generatorCase }
	readJSON(t, "testdata/generators.json", &fixture)
	for _, c := range fixture.Cases {
		t.Run(fmt.Sprintf("%s %s", c.Generator, c.Args), func(t *testing.T) {
			g := c.generator(t)
			d := g.Make()
			if r, columns := d.X.Dims(); r != c.Rows || columns != c.Columns {
				t.Fatalf("X is %d×%d, want %d×%d", r, columns, c.Rows, c.Columns)
			}
			if r, columns := d.Y.Dims(); r != c.Rows || columns != c.Targets {
				t.Fatalf("Y is %d×%d, want %d×%d", r, columns, c.Rows, c.Targets)
			}
			compareRows(t, "X", d.X, c.X, c.Every)
			compareRows(t, "Y", d.Y, c.Y, c.Every)
			compareSum(t, "X", d.X, c.SumX, c.SumAbsX)
			compareSum(t, "Y", d.Y, c.SumY, c.SumAbsY)
			if c.Labels != "" && hashLabels(d.Y) != c.Labels {
				t.Error("the labels differ")
			}
			if c.Extra != nil {
				compareRows(t, "centres or coefficients", extra(g), c.Extra, 1)
			}
			if err := d.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func extra(g datasets.Generator) *mat.Dense {
	switch g := g.(type) {
	case datasets.Blobs:
		_, centers := g.MakeWithCenters()
		return centers
	case datasets.Regression:
		_, coefficients := g.MakeWithCoefficients()
		return coefficients
	}
	return nil
}

func compareRows(t *testing.T, what string, m *mat.Dense, want []float64, every int) {
	t.Helper()
	rows, columns := m.Dims()
	for i := 0; i < rows; i += every {
		for j := range columns {
			if w := want[i/every*columns+j]; !promised(m.At(i, j), w) {
				t.Fatalf("%s: row %d, column %d is %.17g, want %.17g", what, i, j, m.At(i, j), w)
			}
		}
	}
}

// compareSum covers the rows that are not kept. Each value may differ by the
// promise, and the order of adding by no more.
func compareSum(t *testing.T, what string, m *mat.Dense, want, size float64) {
	t.Helper()
	if r, c := m.Dims(); !(math.Abs(mat.Sum(m)-want) <= 1e-12*(size+float64(r*c))) {
		t.Errorf("the sum of %s is %.17g, want %.17g", what, mat.Sum(m), want)
	}
}

func hashLabels(y *mat.Dense) string {
	h := sha256.New()
	rows, _ := y.Dims()
	for i := range rows {
		h.Write([]byte{byte(y.At(i, 0))})
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestGeneratorsCheckTheirArguments(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		g    datasets.Generator
		want string // part of the error
	}{
		{datasets.Blobs{Samples: -1}, "Samples is -1, want at least 0"},
		{datasets.Blobs{Features: -2}, "Features is -2"},
		{datasets.Blobs{Centers: -3}, "Centers is -3"},
		{datasets.Blobs{Std: -1}, "Std is -1, want a finite number of at least 0"},
		{datasets.Blobs{Std: opt.Float(nan)}, "Std is NaN"},
		{datasets.Blobs{Low: opt.Float(inf)}, "Low is +Inf"},
		{datasets.Blobs{High: opt.Float(nan)}, "High is NaN"},
		{datasets.Blobs{Low: -1e308, High: 1e308}, "High − Low is +Inf"},
		{datasets.Blobs{Centers: 2, Counts: []int{1, 2, 3}}, "Counts has 3 entries for 2 centres"},
		{datasets.Blobs{Counts: []int{1, 2, 3}, Stds: []float64{1}}, "Stds has 1 entries for 3 centres"},
		{datasets.Blobs{Counts: []int{1, 2}, Locations: [][]float64{{1}}}, "Locations has 1 entries for 2 centres"},
		{datasets.Blobs{Counts: []int{1, -2}}, "Counts[1] is -2"},
		{datasets.Blobs{Counts: []int{0, 0}}, "Counts has no rows"},
		{datasets.Blobs{Stds: []float64{1, -1}}, "Stds[1] is -1"},
		{datasets.Blobs{Locations: [][]float64{{1, 2}, {1}}}, "Locations[1] has 1 coordinates, want 2"},
		{datasets.Blobs{Locations: [][]float64{{1, 2}}, Features: 3}, "Locations[0] has 2 coordinates, want 3"},
		{datasets.Blobs{Locations: [][]float64{{1, nan}}}, "Locations[0][1] is NaN"},
		{datasets.Circles{Samples: -1}, "Circles: Samples is -1"},
		{datasets.Circles{Factor: 1}, "Factor is 1, want at least 0 and less than 1"},
		{datasets.Circles{Factor: -0.5}, "Factor is -0.5"},
		{datasets.Circles{Noise: -1}, "Noise is -1"},
		{datasets.Circles{Counts: [2]int{1, -1}}, "Counts[1] is -1"},
		{datasets.Moons{Noise: inf}, "Moons: Noise is +Inf"},
		{datasets.Moons{Counts: [2]int{-1, 1}}, "Counts[0] is -1"},
		{datasets.Regression{Samples: -1}, "Regression: Samples is -1"},
		{datasets.Regression{Features: -1}, "Features is -1"},
		{datasets.Regression{Informative: -1}, "Informative is -1"},
		{datasets.Regression{Targets: -1}, "Targets is -1"},
		{datasets.Regression{EffectiveRank: -1}, "EffectiveRank is -1"},
		{datasets.Regression{Bias: nan}, "Bias is NaN"},
		{datasets.Regression{TailStrength: opt.Float(inf)}, "TailStrength is +Inf"},
		{datasets.Regression{Noise: -0.1}, "Noise is -0.1"},
	} {
		err := c.g.Check()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: got error %v, want %q", c.g, err, c.want)
			continue
		}
		if got := panicOf(func() { c.g.Make() }); fmt.Sprint(got) != err.Error() {
			t.Errorf("%T: Make panics with %v, want %v", c.g, got, err)
		}
	}
}

func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

// The same description gives the same bits, and leaves the description alone.
func TestGeneratorsAreValues(t *testing.T) {
	locations := [][]float64{{1, 2}, {3, 4}}
	for _, g := range []datasets.Generator{
		datasets.Blobs{Locations: locations, Seed: 1}, datasets.Circles{Noise: 0.1}, datasets.Moons{Noise: 0.1},
		datasets.Regression{EffectiveRank: 3, Noise: 1},
	} {
		a, b := g.Make(), g.Make()
		if !mat.Equal(a.X, b.X) || !mat.Equal(a.Y, b.Y) {
			t.Errorf("%T: two data sets of one description differ", g)
		}
		a.X.Set(0, 0, 99)
	}
	_, centers := datasets.Blobs{Locations: locations}.MakeWithCenters()
	centers.Set(0, 0, 99)
	if !slices.Equal(locations[0], []float64{1, 2}) {
		t.Error("the centres share memory with the description")
	}
}

func BenchmarkBlobsMillion(b *testing.B) {
	for b.Loop() {
		datasets.Blobs{Samples: 1000000, Seed: 1}.Make()
	}
}

func BenchmarkMoonsMillion(b *testing.B) {
	for b.Loop() {
		datasets.Moons{Samples: 1000000, Noise: 0.1, Seed: 1}.Make()
	}
}

func BenchmarkRegressionMillion(b *testing.B) {
	for b.Loop() {
		datasets.Regression{Samples: 1000000, Features: 20, Noise: 0.1, Seed: 1}.Make()
	}
}

// An argument of zero means the documented default.
func TestGeneratorDefaults(t *testing.T) {
	for _, c := range []struct{ short, long datasets.Generator }{
		{datasets.Blobs{Seed: 5}, datasets.Blobs{Samples: 100, Centers: 3, Features: 2, Std: 1, Low: -10, High: 10, Seed: 5}},
		{datasets.Blobs{Samples: 7, Seed: 5}, datasets.Blobs{Counts: []int{3, 2, 2}, Stds: []float64{1, 1, 1}, Seed: 5}},
		{datasets.Circles{Seed: 5}, datasets.Circles{Counts: [2]int{50, 50}, Factor: 0.8, Seed: 5}},
		{datasets.Moons{Samples: 9, Seed: 5}, datasets.Moons{Counts: [2]int{4, 5}, Seed: 5}},
		{datasets.Regression{Seed: 5}, datasets.Regression{Samples: 100, Features: 100, Informative: 10, Targets: 1, Seed: 5}},
		{datasets.Regression{EffectiveRank: 2, Seed: 5}, datasets.Regression{EffectiveRank: 2, TailStrength: 0.5, Seed: 5}},
	} {
		a, b := c.short.Make(), c.long.Make()
		if !mat.Equal(a.X, b.X) || !mat.Equal(a.Y, b.Y) {
			t.Errorf("%+v differs from %+v", c.short, c.long)
		}
	}
}

func TestSeedsDiffer(t *testing.T) {
	for _, g := range [][2]datasets.Generator{
		{datasets.Blobs{Seed: 1}, datasets.Blobs{Seed: 1 << 32}},
		{datasets.Circles{Seed: 1}, datasets.Circles{Seed: 2}},
		{datasets.Moons{Seed: 1}, datasets.Moons{Seed: 2}},
		{datasets.Regression{Seed: 1}, datasets.Regression{Seed: 2}},
	} {
		if mat.Equal(g[0].Make().X, g[1].Make().X) {
			t.Errorf("%T: two seeds give one data set", g[0])
		}
	}
}

// Without noise the rows of Circles and Moons lie on their curves.
func TestShapesOfCirclesAndMoons(t *testing.T) {
	circles := datasets.Circles{Samples: 61, Factor: 0.5}.Make()
	moons := datasets.Moons{Samples: 61}.Make()
	for i := range 61 {
		want := 1 - 0.5*circles.Y.At(i, 0)
		if r := math.Hypot(circles.X.At(i, 0), circles.X.At(i, 1)); math.Abs(r-want) > 1e-15 {
			t.Errorf("row %d of the circles is at the radius %g, want %g", i, r, want)
		}
		x, y := moons.X.At(i, 0), moons.X.At(i, 1)
		if moons.Y.At(i, 0) == 1 {
			x, y = 1-x, 0.5-y
		}
		if r := math.Hypot(x, y); math.Abs(r-1) > 1e-15 || y < -1e-15 {
			t.Errorf("row %d of the moons is not on its half circle: %g, %g", i, x, y)
		}
	}
}

// The targets of Regression are those that its coefficients give.
func TestRegressionIsLinear(t *testing.T) {
	r := datasets.Regression{Samples: 30, Features: 6, Informative: 4, Targets: 2, Bias: -3, Seed: 2}
	d, coefficients := r.MakeWithCoefficients()
	zeros := 0
	for j := range 6 {
		if coefficients.At(j, 0) == 0 && coefficients.At(j, 1) == 0 {
			zeros++
		}
	}
	if zeros != 2 {
		t.Errorf("%d of 6 features have no influence, want 2", zeros)
	}
	var want mat.Dense
	want.Mul(d.X, coefficients)
	want.Apply(func(_, _ int, v float64) float64 { return v - 3 }, &want)
	if !mat.EqualApprox(&want, d.Y, 1e-12) {
		t.Error("the targets are not X·coefficients + Bias")
	}
}
