package datasets_test

import (
	"encoding/json"
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

func ExampleBlobs() {
	blobs := datasets.Blobs{Samples: 6, Centers: 2, Std: 0.5, Seed: 1}.Make()
	for i := range blobs.Rows() {
		fmt.Printf("%7.3f %7.3f  class %g\n", blobs.X.At(i, 0), blobs.X.At(i, 1), blobs.Y.At(i, 0))
	}
	// Output:
	//  -0.787   4.026  class 0
	//  -1.924   3.870  class 0
	//  -9.838  -4.078  class 1
	//  -9.267  -4.983  class 1
	//  -1.227   3.256  class 0
	// -10.159  -4.145  class 1
}

func ExampleCircles() {
	circles := datasets.Circles{Samples: 1000, Noise: 0.1, Seed: 1}.Make()
	train, test := circles.Split(500)
	fmt.Println(train.Rows(), "rows to train with,", test.Rows(), "to test with")
	// Output: 500 rows to train with, 500 to test with
}

// A scaler learns from the training rows alone and then scales all of them. A
// scaler of the targets brings predictions back into their units.
func ExampleStandardize() {
	train := &datasets.Dataset{
		X: mat.NewDense(3, 2, []float64{1, 100, 2, 200, 3, 300}),
		Y: mat.NewDense(3, 1, []float64{10, 20, 30}),
	}
	test := &datasets.Dataset{X: mat.NewDense(1, 2, []float64{4, 200})}

	scale, err := datasets.Standardize{}.Fit(train)
	if err != nil {
		log.Fatal(err)
	}
	train, test = scale.Apply(train), scale.Apply(test)
	fmt.Printf("%.3f\n", mat.Formatted(test.X))

	target, err := datasets.MinMax{}.FitTarget(train)
	if err != nil {
		log.Fatal(err)
	}
	train = target.ApplyTarget(train)
	predicted := mat.NewDense(1, 1, []float64{0.75})
	fmt.Println(mat.Formatted(target.InvertMatrix(predicted)))
	// Output:
	// [2.449  0.000]
	// [25]
}

func ExampleScaler_json() {
	scale, err := datasets.MinMax{Clip: true}.FitMatrix(mat.NewDense(2, 1, []float64{10, 20}))
	if err != nil {
		log.Fatal(err)
	}
	text, err := json.Marshal(scale)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))

	var again datasets.Scaler
	if err := json.Unmarshal(text, &again); err != nil {
		log.Fatal(err)
	}
	row := []float64{15}
	again.ApplyRow(row, row)
	fmt.Println(row)
	// Output:
	// {"columns":1,"factor":[0.1],"offset":[-1],"clip":[0,1]}
	// [0.5]
}

func ExampleHoldout() {
	moons := datasets.Moons{Samples: 100, Noise: 0.2, Seed: 1}.Make()
	train, test, err := datasets.Holdout{Fraction: 0.3, Stratify: true, Seed: 1}.Split(moons)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Rows(), test.Rows(), mat.Sum(test.Y), "of class 1")
	// Output: 70 30 15 of class 1
}

func ExampleKFold() {
	data := datasets.Regression{Samples: 10, Features: 3, Seed: 1}.Make()
	folds, err := datasets.KFold{K: 3}.Folds(data)
	if err != nil {
		log.Fatal(err)
	}
	for _, fold := range folds {
		train, _ := fold.Take(data)
		fmt.Println("train with", train.Rows(), "rows, test with rows", fold.Test)
	}
	// Output:
	// train with 6 rows, test with rows [0 1 2 3]
	// train with 7 rows, test with rows [4 5 6]
	// train with 7 rows, test with rows [7 8 9]
}

func ExampleBootstrap() {
	data := datasets.Moons{Samples: 8}.Make()
	samples, err := datasets.Bootstrap{Samples: 2, Seed: 1}.Folds(data)
	if err != nil {
		log.Fatal(err)
	}
	for _, sample := range samples {
		fmt.Println("drawn", sample.Train, "left out", sample.Test)
	}
	// Output:
	// drawn [1 0 2 3 4 7 2 5] left out [6]
	// drawn [7 5 7 5 0 0 3 2] left out [1 4 6]
}

func ExampleDataset_OneHotTargets() {
	data := &datasets.Dataset{X: mat.NewDense(3, 1, nil), Y: mat.NewDense(3, 1, []float64{1, 0, 2})}
	hot, err := data.OneHotTargets()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mat.Formatted(hot.Y))
	// Output:
	// ⎡0  1  0⎤
	// ⎢1  0  0⎥
	// ⎣0  0  1⎦
}

func ExampleJitter() {
	blobs := datasets.Blobs{Samples: 150, Std: 2, Seed: 1}.Make()
	train, err := datasets.Jitter{Std: 0.05}.Of(blobs)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("rows to train on:", train.Layout().Rows, "in an input of", train.Layout().Inputs[0].Shape)
	// Output: rows to train on: 150 in an input of (2)
}

func ExampleMixup() {
	blobs, err := datasets.Blobs{Samples: 150, Std: 2, Seed: 1}.Make().OneHotTargets()
	if err != nil {
		fmt.Println(err)
		return
	}
	train, err := datasets.Mixup{Alpha: 0.2}.Of(blobs)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("classes to mix:", train.Layout().Targets[0].Shape)
	// Output: classes to mix: (3)
}
