package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
)

// Sweep evaluates a recipe under a list of changes, each with the same seeds.
type Sweep struct {
	Changes []Change
	Repeated
}

// Points are the results of a sweep, in the order of the changes.
type Points []Point

// Point is one change and what came of it.
type Point struct {
	Name   string
	Recipe goodfit.Recipe // with the change
	Runs   Runs
}

// Evaluate trains and scores the changed recipes as [Repeated.Evaluate] does. A
// recipe that cannot be changed as asked is an error before any training.
func (s Sweep) Evaluate(ctx context.Context, recipe goodfit.Recipe, train, test datasets.Source) (Points, error) {
	if len(s.Changes) == 0 {
		return nil, errors.New("experiments: a sweep without changes")
	}
	points := make(Points, len(s.Changes))
	for i, change := range s.Changes {
		changed, err := change.apply(recipe)
		if err != nil {
			return nil, err
		}
		points[i] = Point{Name: change.point(changed), Recipe: changed}
	}
	for i := range points {
		var err error
		if points[i].Runs, err = s.Repeated.Evaluate(ctx, points[i].Recipe, train, test); err != nil {
			return nil, fmt.Errorf("experiments: %s: %w", points[i].Name, err)
		}
	}
	return points, nil
}

// Samples lists a metric on the test part for every point, for box plots; a nil
// metric stands for the loss.
func (p Points) Samples(m metrics.Metric) []plots.Sample {
	samples := make([]plots.Sample, len(p))
	for i, point := range p {
		samples[i] = plots.Sample{Name: point.Name, Values: point.Runs.TestLoss()}
		if m != nil {
			samples[i].Values = point.Runs.TestScore(m)
		}
	}
	return samples
}

// Write prints a table with a line per point: the value, and mean, deviation,
// median and range of a metric on the test part; a nil metric stands for the
// loss.
func (p Points) Write(w io.Writer, m metrics.Metric) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "value\tn\tmean\tsd\tmin\tmedian\tmax\t")
	for _, sample := range p.Samples(m) {
		s := Summarize(sample.Values)
		fmt.Fprintf(table, "%s\t%d\t%.4g\t%.2g\t%.4g\t%.4g\t%.4g\t\n", sample.Name, s.N, s.Mean, s.SD, s.Min, s.Median, s.Max)
	}
	return table.Flush()
}
