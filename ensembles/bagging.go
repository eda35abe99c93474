package ensembles

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// Bagging trains each member on a bootstrap sample of the rows, as many as there
// are, drawn with replacement (Breiman 1996), and averages their predictions.
type Bagging struct {
	Members int    // default 10
	Seed    uint64 // draws the samples and the members' weights
}

// Fit trains the members, side by side, each with a seed of its own. The result
// has the same bits for any number of threads.
func (b Bagging) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Mean, error) {
	n := b.Members
	if n == 0 {
		n = 10
	}
	if n < 0 {
		return nil, fmt.Errorf("ensembles: Bagging.Members is %d, want at least 1", n)
	}
	mean := &Mean{Members: make([]goodfit.Predictor, n)}
	err := pool.Each(ctx, n, func(ctx context.Context, i int) error {
		seed := random.Derive(b.Seed, uint64(i))
		m, _, err := recipe.Fit(ctx, train.Take(bootstrap(train.Rows(), seed)), nil, seed)
		mean.Members[i] = m
		return err
	})
	if err != nil {
		return nil, err
	}
	return mean, nil
}

// bootstrap draws n of n rows with replacement.
func bootstrap(n int, seed uint64) []int {
	r := random.New(random.Derive(seed, 0))
	rows := make([]int, n)
	for i := range rows {
		rows[i] = r.IntN(n)
	}
	return rows
}

// Mean predicts the mean of its members' predictions.
type Mean struct {
	Members []goodfit.Predictor
}

// Predict returns the mean of the members' outputs, a row for each row of x.
func (m *Mean) Predict(x *mat.Dense) (*mat.Dense, error) {
	if len(m.Members) == 0 {
		return nil, errors.New("ensembles: no members")
	}
	var sum *mat.Dense
	for _, p := range m.Members {
		y, err := p.Predict(x)
		if err != nil {
			return nil, err
		}
		if sum == nil {
			sum = y
			continue
		}
		dst := sum.RawMatrix().Data
		for i, v := range y.RawMatrix().Data {
			dst[i] += v
		}
	}
	for i := range sum.RawMatrix().Data {
		sum.RawMatrix().Data[i] /= float64(len(m.Members))
	}
	return sum, nil
}
