// Readme is the program of README.md: a table in; a trained, diagnosed and saved model out.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
	"github.com/goodfit-ml/goodfit/plots"
)

func main() {
	table, err := datasets.ReadCSVFile("examples/iris/iris.csv", datasets.CSVOptions{})
	check(err)
	result, err := pipeline.Train(context.Background(), table, "species", pipeline.Options{Seed: 1})
	check(err)
	fmt.Println("test:", result.Test.Scores)
	diagnosis := curves.Diagnose(result.History)
	fmt.Println(diagnosis)
	check(plots.LearningCurve{History: result.History, Marks: plots.DiagnosisMarks(diagnosis)}.Save("iris.svg"))
	check(result.Pipeline.Save("iris.goodfit")) // pipeline.Load and Predict raw rows with it
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
