package coach_test

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit/coach"
	"github.com/goodfit-ml/goodfit/datasets"
)

// A net of two units cannot tell rings apart; the coach finds out and mends it.
func ExampleImprove() {
	start := small(nil, datasets.TaskClassification, 2, tanhNet)
	r, err := coach.Improve(context.Background(), rings(120, 1), "class", coach.Options{Start: start, Fits: 60, Repeats: 1, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("diagnosed:", r.Diagnosis.Verdict != "")
	fmt.Println("kept something:", len(r.Kept()) > 0)
	before, _ := r.StartScore()
	after, _ := r.FinalScore()
	fmt.Println("better:", after < before)
	// Output:
	// diagnosed: true
	// kept something: true
	// better: true
}
