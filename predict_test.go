package goodfit_test

import (
	"math"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// TestRowsDoNotDependOnEachOther predicts row by row, and all at once.
func TestRowsDoNotDependOnEachOther(t *testing.T) {
	m := trained(t)
	x := tensor.FromMatrix(blobs(301, 4).X)
	all, err := m.PredictTensors(x)
	if err != nil {
		t.Fatal(err)
	}
	one := tensor.New(1, 3)
	for i := range 301 {
		if err := m.PredictInto(one, x.Slice(i, i+1)); err != nil {
			t.Fatal(err)
		}
		sameBits(t, "row", one.Data(), all[0].Row(i))
	}
}

func TestPredictAllocatesNothing(t *testing.T) {
	m := trained(t)
	for _, rows := range []int{1, 32, 500} {
		x, y := tensor.FromMatrix(blobs(rows, 4).X), tensor.New(rows, 3)
		predict := func() {
			if err := m.PredictInto(y, x); err != nil {
				t.Fatal(err)
			}
		}
		predict()
		if n := testing.AllocsPerRun(20, predict); n != 0 {
			t.Errorf("%d rows: %g allocations, want 0", rows, n)
		}
	}
}

// TestStepAllocatesNothing counts the allocations of fits that differ only in
// the number of batches.
func TestStepAllocatesNothing(t *testing.T) {
	count := func(rows int) float64 {
		m := compiled(t, crossEntropy(optim.Adam{Clip: optim.Clip{GlobalNorm: 1}}), 2, classifier()...)
		d := blobs(rows, 1).Tensors()
		return testing.AllocsPerRun(5, func() {
			if _, err := m.Fit(ctx, d, goodfit.Plan{BatchSize: 16, Validation: d}); err != nil {
				t.Fatal(err)
			}
		})
	}
	// 792 more batches of training and 99 of validation; the order of the rows is
	// one array in both.
	if few, many := count(128), count(12800); many > few+2 {
		t.Errorf("%g allocations for 8 batches, %g for 800", few, many)
	}
}

func TestManyPredictAtOnce(t *testing.T) {
	m := trained(t)
	x := blobs(77, 4).X
	want, err := m.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			for range 20 {
				rows := x.Slice(0, 70+k%3, 0, 2).(*mat.Dense)
				got, err := m.Predict(rows)
				if err != nil {
					t.Error(err)
					return
				}
				for i := range 70 {
					if got.At(i, 0) != want.At(i, 0) {
						t.Errorf("row %d is %g, want %g", i, got.At(i, 0), want.At(i, 0))
						return
					}
				}
				if _, err := m.Evaluate(blobs(20, 1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestPredictWhileTraining(t *testing.T) {
	m := trained(t)
	refused := callbacks.Hooks{OnEpochEnd: func(*goodfit.Run) error {
		if _, err := m.Predict(blobs(5, 1).X); err == nil || !strings.Contains(err.Error(), "being trained") {
			t.Errorf("error %v, want a refusal", err)
		}
		if _, err := m.Fit(ctx, blobs(5, 1), goodfit.Plan{}); err == nil {
			t.Error("two fits at once")
		}
		return nil
	}}
	if _, err := m.Fit(ctx, blobs(30, 1), goodfit.Plan{Callbacks: []goodfit.Callback{refused}}); err != nil {
		t.Fatal(err)
	}
}

func TestPredictErrors(t *testing.T) {
	m := trained(t)
	bad := mat.NewDense(2, 2, []float64{1, 2, math.NaN(), 4})
	for _, c := range []struct {
		x    *mat.Dense
		want string
	}{
		{nil, "no rows"},
		{mat.NewDense(2, 3, nil), "rows have 3 columns, the model wants (2)"},
		{bad, "NaN in row 1"},
	} {
		if _, err := m.Predict(c.x); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q in it", err, c.want)
		}
	}
	fresh := goodfit.Sequential(tensor.Shape{2}, classifier()...)
	if _, err := fresh.Predict(blobs(3, 1).X); err == nil {
		t.Error("a model without weights predicted")
	}
	if _, err := fresh.Evaluate(blobs(3, 1)); err == nil {
		t.Error("a model that is not compiled was evaluated")
	}
	if _, err := m.Evaluate((*datasets.Dataset)(nil)); err == nil {
		t.Error("no data were evaluated")
	}
}
