package experiments_test

import (
	"fmt"
	"log"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/optim"
)

// One configuration, ten seeds: a score with its spread.
func ExampleRepeated() {
	train, test := datasets.Blobs{Samples: 1000, Std: 2, Seed: 2}.Make().Split(500)
	runs, err := experiments.Repeated{Seeds: 10, BaseSeed: 1}.Evaluate(ctx, classifier(), train, test)
	if err != nil {
		log.Fatal(err)
	}
	s := experiments.Summarize(runs.TestScore(metrics.Accuracy{}))
	fmt.Printf("test accuracy %.2f ± %.2f over %d runs\n", s.Mean, s.SD, s.N)
	// Output: test accuracy 0.83 ± 0.01 over 10 runs
}

// A sweep over a field of the recipe, by its path; 0 shows the default.
func ExampleSweep() {
	train, test := datasets.Blobs{Samples: 1000, Std: 2, Seed: 2}.Make().Split(500)
	sweep := experiments.Sweep{
		Changes:  experiments.Field("Layers[hidden].Units", 1, 2, 10),
		Repeated: experiments.Repeated{Seeds: 5},
	}
	points, err := sweep.Evaluate(ctx, classifier(), train, test)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range points {
		fmt.Printf("%s units: %.1f\n", p.Name, experiments.Summarize(p.Runs.TestScore(metrics.Accuracy{})).Median)
	}
	// Output:
	// 1 units: 0.5
	// 2 units: 0.8
	// 10 units: 0.8
}

// Does a wider layer help? Both recipes meet the same folds and seeds.
func ExampleComparison() {
	data := datasets.Blobs{Samples: 300, Std: 2, Seed: 2}.Make()
	narrow, wide := classifier(), classifier()
	if err := experiments.Field("Layers[hidden].Units", 1)[0].Apply(&narrow); err != nil {
		log.Fatal(err)
	}
	d, err := experiments.Comparison{Metric: metrics.Accuracy{}}.Run(ctx, narrow, wide, data)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("10 units are better than 1:", d.Improves())
	// Output: 10 units are better than 1: true
}

// A range test tells which learning rates are worth trying.
func ExampleRateFinder() {
	train, _ := datasets.Moons{Samples: 500, Noise: 0.2, Seed: 1}.Make().Split(400)
	r := classifier()
	r.Config.Optimizer = optim.SGD{}
	test, err := experiments.RateFinder{}.Run(ctx, r, train, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("begin with %.1g, not above %.1g\n", test.Suggestion, test.Limit)
	// Output: begin with 0.1, not above 1
}
