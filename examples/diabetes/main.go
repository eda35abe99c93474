// Diabetes trains a regression with the default penalty and without any, over
// several seeds, and says which columns matter to it.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func main() {
	if _, _, err := compare("examples/diabetes/diabetes.csv"); err != nil {
		log.Fatal(err)
	}
}

// compare returns the mean R² on the test rows with the default penalty and with
// none.
func compare(data string) (penalized, free float64, err error) {
	table, err := datasets.ReadCSVFile(data, datasets.CSVOptions{})
	if err != nil {
		return 0, 0, err
	}
	const seeds = 5
	for seed := range uint64(seeds) {
		with, err := pipeline.Train(context.Background(), table, "progression", pipeline.Options{Seed: seed + 1})
		if err != nil {
			return 0, 0, err
		}
		without, err := pipeline.Train(context.Background(), table, "progression", pipeline.Options{Seed: seed + 1, L2: opt.Zero})
		if err != nil {
			return 0, 0, err
		}
		a, _ := with.Test.Scores.Get("r2")
		b, _ := without.Test.Scores.Get("r2")
		fmt.Printf("seed %d: R² %.3f with the default penalty, %.3f with none\n", seed+1, a, b)
		penalized, free = penalized+a/seeds, free+b/seeds
		if seed == 0 {
			if err := printImportance(with); err != nil {
				return 0, 0, err
			}
		}
	}
	fmt.Printf("mean:   R² %.3f with the default penalty, %.3f with none\n", penalized, free)
	return penalized, free, nil
}

// printImportance lists how much the loss grows when a column's cells are shuffled.
func printImportance(r *pipeline.Result) error {
	columns, err := r.Pipeline.Importance(context.Background(), r.Test.Table, pipeline.Shuffle{Seed: 1})
	if err != nil {
		return err
	}
	for _, c := range columns {
		fmt.Printf("%-5s %6.3f ± %.3f\n", c.Column, c.Mean, c.SD)
	}
	return nil
}
