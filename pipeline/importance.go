package pipeline

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// Shuffle says how [Pipeline.Importance] measures.
type Shuffle struct {
	// Repeats is how often each column is shuffled; default 5.
	Repeats int
	// Rows is the most rows to measure on, drawn at random; default 1000.
	Rows int
	Seed uint64
}

// Importance is how much the predictions lose when a column tells them nothing.
type Importance struct {
	Column string
	// Mean and SD are mean and standard deviation (divisor repeats − 1) of the
	// increase of the data loss: of the log loss, or of the squared error in
	// variances of the training targets.
	Mean, SD float64
}

// Importance measures the importance of the feature columns of a table that has
// the target too, the most important first: how much the loss grows when the cells
// of the column are shuffled among the rows (Breiman 2001; Fisher et al. 2019).
// Columns that say the same share their importance, or hide each other's. It stops
// with the error of ctx when that ends, and fails as [Pipeline.Evaluate] does.
func (p *Pipeline) Importance(ctx context.Context, t *datasets.Table, s Shuffle) ([]Importance, error) {
	d, err := p.Encoder.Apply(t)
	if err != nil {
		return nil, err
	}
	s.Repeats, s.Rows = orDefault(s.Repeats, 5), orDefault(s.Rows, 1000)
	if d.Rows() > s.Rows {
		d = d.Take(random.New(random.Derive(s.Seed, 0)).Perm(d.Rows())[:s.Rows])
	}
	base, err := p.dataLoss(d.X, d.Y)
	if err != nil {
		return nil, err
	}
	var all []Importance
	for k, column := range p.sources() {
		increases := make([]float64, s.Repeats)
		for r := range increases {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			x := shuffled(d.X, column.columns, random.Derive(s.Seed, uint64(k+1), uint64(r)))
			loss, err := p.dataLoss(x, d.Y)
			if err != nil {
				return nil, err
			}
			increases[r] = loss - base
		}
		all = append(all, summarize(column.name, increases))
	}
	slices.SortStableFunc(all, func(a, b Importance) int { return cmp.Compare(b.Mean, a.Mean) })
	return all, nil
}

func summarize(column string, increases []float64) Importance {
	i := Importance{Column: column}
	if len(increases) < 2 {
		i.Mean = increases[0]
		return i
	}
	mean, variance := fmath.Variance(increases, 1)
	i.Mean, i.SD = mean, math.Sqrt(variance)
	return i
}

// source is a column of the table and those that it became.
type source struct {
	name    string
	columns []int
}

// sources returns the feature columns of the table in order.
func (p *Pipeline) sources() []source {
	var all []source
	for j, c := range p.Encoder.Columns() {
		if len(all) == 0 || all[len(all)-1].name != c.Source {
			all = append(all, source{name: c.Source})
		}
		last := &all[len(all)-1]
		last.columns = append(last.columns, j)
	}
	return all
}

// shuffled returns x with the cells of some columns, together, moved among the rows.
func shuffled(x *mat.Dense, columns []int, seed uint64) *mat.Dense {
	rows, _ := x.Dims()
	out := mat.DenseCopyOf(x)
	for i, from := range random.New(seed).Perm(rows) {
		for _, j := range columns {
			out.Set(i, j, x.At(from, j))
		}
	}
	return out
}

// dataLoss returns the loss of encoded rows without penalties: log loss, or mean
// squared error in variances of the training targets.
func (p *Pipeline) dataLoss(x, y *mat.Dense) (float64, error) {
	out, err := p.outputs(x)
	if err != nil {
		return 0, err
	}
	scores, err := scoresFor(p.Encoder.Task(), out, y)
	if err != nil {
		return 0, err
	}
	return p.lossOf(scores, out, y), nil
}
