package ensembles_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/opt"
)

// TestCombine combines one row of predictions by hand.
func TestCombine(t *testing.T) {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	three := [][]float64{{0.5, 0.3, 0.2}, {0.1, 0.8, 0.1}, {0.2, 0.2, 0.6}}
	for _, c := range []struct {
		name     string
		combiner ensembles.Combiner
		members  [][]float64
		want     []float64
	}{
		{"mean", ensembles.Mean{}, [][]float64{{1, 2}, {3, 6}}, []float64{2, 4}},
		{"median of three", ensembles.Median{}, [][]float64{{1}, {100}, {3}}, []float64{3}},
		{"median of two", ensembles.Median{}, [][]float64{{1}, {2}}, []float64{1.5}},
		{"weights need no sum of 1", ensembles.Weighted{Weights: []float64{3, 1}}, [][]float64{{1}, {5}}, []float64{2}},
		{"a third of the votes each", ensembles.Vote{}, three, []float64{1. / 3, 1. / 3, 1. / 3}},
		{"weighted votes", ensembles.Vote{Weights: []float64{1, 1, 2}}, three, []float64{0.25, 0.25, 0.5}},
		{"the first of equal outputs", ensembles.Vote{}, [][]float64{{0.4, 0.4, 0.2}}, []float64{1, 0, 0}},
		{"half is a no", ensembles.Vote{}, [][]float64{{0.5}, {0.6}, {0.7}, {0.1}}, []float64{0.5}},
		{"threshold", ensembles.Vote{Threshold: opt.Of(0.3)}, [][]float64{{0.2}, {0.4}}, []float64{0.5}},
		{"signed", ensembles.Vote{Signed: true}, [][]float64{{0.1}, {-3}, {0.2}, {2}}, []float64{0.5}},
		{"linear", ensembles.Linear{Coefficients: [][]float64{{1, 2}}, Intercepts: []float64{3}}, [][]float64{{10}, {20}}, []float64{53}},
		{"sigmoid", ensembles.Linear{Coefficients: [][]float64{{1, 2}}, Intercepts: []float64{-1}, Link: ensembles.SigmoidLink},
			[][]float64{{0.5}, {0.1}}, []float64{sigmoid(-0.3)}},
		{"softmax", ensembles.Linear{Coefficients: [][]float64{{0}, {1}}, Intercepts: []float64{0, 0}, Link: ensembles.SoftmaxLink},
			[][]float64{{1.5}}, []float64{sigmoid(-1.5), sigmoid(1.5)}},
		{"features behind", ensembles.Linear{Coefficients: [][]float64{{1, 10, 100}}, Intercepts: []float64{0}, PassThrough: true},
			[][]float64{{1}}, []float64{1 + 20 + 300}},
	} {
		var members []*mat.Dense
		for _, m := range c.members {
			members = append(members, mat.NewDense(1, len(m), append([]float64(nil), m...)))
		}
		if err := c.combiner.Check(len(members)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, err := c.combiner.Combine(mat.NewDense(1, 2, []float64{2, 3}), members)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		near(t, c.name, got, c.want, 1e-15)
		for k, m := range members {
			near(t, c.name+": members are left alone", m, c.members[k], 0)
		}
	}
}

// TestCombineViews combines columns of wider matrices.
func TestCombineViews(t *testing.T) {
	wide := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	left, right := wide.Slice(0, 2, 0, 2).(*mat.Dense), wide.Slice(0, 2, 1, 3).(*mat.Dense)
	for _, c := range []ensembles.Combiner{ensembles.Mean{}, ensembles.Median{}, ensembles.Weighted{Weights: []float64{1, 1}}} {
		got, err := c.Combine(nil, []*mat.Dense{left, right})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "views", got, []float64{1.5, 2.5, 4.5, 5.5}, 0)
	}
}

func TestCombinerFaults(t *testing.T) {
	line := func(rows [][]float64, c ...float64) ensembles.Linear {
		return ensembles.Linear{Coefficients: rows, Intercepts: c}
	}
	unknown := line([][]float64{{1, 1}}, 0)
	unknown.Link = "cube"
	for _, c := range []struct {
		want     string
		combiner ensembles.Combiner
	}{
		{"1 weights for 2 members", ensembles.Weighted{Weights: []float64{1}}},
		{"weight of member 1 is -1", ensembles.Weighted{Weights: []float64{1, -1}}},
		{"weight of member 0 is NaN", ensembles.Weighted{Weights: []float64{math.NaN(), 1}}},
		{"weight of member 1 is +Inf", ensembles.Vote{Weights: []float64{1, math.Inf(1)}}},
		{"weights of all members are 0", ensembles.Weighted{Weights: []float64{0, 0}}},
		{"0 rows of coefficients", ensembles.Linear{}},
		{"1 rows of coefficients and 2", line([][]float64{{1, 2}}, 0, 0)},
		{"output 0 has 3 coefficients for 2 members", line([][]float64{{1, 2, 3}}, 0)},
		{"output 1 has 4 coefficients", line([][]float64{{1, 2}, {1, 2, 3, 4}}, 0, 0)},
		{"coefficient NaN", line([][]float64{{1, math.NaN()}}, 0)},
		{`link "cube"`, unknown},
		{"has no Model", ensembles.Network{}},
	} {
		checkError(t, c.combiner, c.combiner.Check(2), c.want)
	}
	for _, c := range []ensembles.Combiner{ensembles.Mean{}, ensembles.Median{}, ensembles.Vote{}} {
		checkError(t, c, c.Check(0), "no members")
	}
	pass := line([][]float64{{1, 1, 1}}, 0)
	pass.PassThrough = true
	y := mat.NewDense(1, 1, nil)
	_, err := pass.Combine(nil, []*mat.Dense{y})
	checkError(t, pass, err, "needs the rows")
	_, err = line([][]float64{{1, 1}}, 0).Combine(nil, []*mat.Dense{y})
	checkError(t, pass, err, "2 coefficients for 1 numbers")
}

// TestSubsets leaves members out.
func TestSubsets(t *testing.T) {
	w := ensembles.Weighted{Weights: []float64{1, 0, 3}}
	if got := w.Subset([]int{2, 0}).(ensembles.Weighted).Weights; got[0] != 3 || got[1] != 1 {
		t.Errorf("weights of members 2 and 0: %v", got)
	}
	if got, ok := w.Subset([]int{1}).(ensembles.Mean); !ok {
		t.Errorf("members that all weigh nothing: %v", got)
	}
	if got := (ensembles.Vote{Weights: w.Weights}).Subset([]int{1}).(ensembles.Vote); got.Weights != nil {
		t.Errorf("votes that all weigh nothing: %v", got)
	}
}
