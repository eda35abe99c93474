package main

import (
	"context"
	"math"
	"testing"
)

// TestForecast holds a GRU to less than the error of a linear forecast, and that and
// the naive one to what numpy's least squares gives on the same years.
func TestForecast(t *testing.T) {
	seeds := 5
	if testing.Short() {
		seeds = 1
	}
	r, err := compare(context.Background(), "sunspots.csv", techniques[1:2], seeds)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(r.naive-31.33) > 0.005 || math.Abs(r.linear-18.36) > 0.005 {
		t.Errorf("the naive forecast errs by %.3f, the linear by %.3f, want 31.33 and 18.36", r.naive, r.linear)
	}
	if r.mean[0] > 18.1 { // three standard deviations above the mean of the README
		t.Errorf("the GRU errs by %.2f, want at most 18.1", r.mean[0])
	}
}

// TestNothingAfterAWindowIsInIt: each window is the eleven years before its target,
// and no year of the test is in a training window or in the scale.
func TestNothingAfterAWindowIsInIt(t *testing.T) {
	train, test, unit, err := read("sunspots.csv")
	if err != nil {
		t.Fatal(err)
	}
	if train.Rows() != 221-cycle || test.Rows() != 289-221 {
		t.Fatalf("%d windows to train with and %d to test with, want 210 and 68", train.Rows(), test.Rows())
	}
	for i := range test.Rows() - 1 {
		if test.X.At(i+1, cycle-1) != test.Y.At(i, 0) {
			t.Errorf("the window after target %d does not end with it", i)
		}
	}
	if last := train.Y.At(train.Rows()-1, 0); test.X.At(0, cycle-1) != last {
		t.Errorf("the first test window ends with %g, the last training target is %g", test.X.At(0, cycle-1), last)
	}
	// 1920 had 37.6 sunspots and 1921 had 26.1.
	step := test.X.At(0, cycle-1) - test.Y.At(0, 0)
	if got := unit * step; math.Abs(got-11.5) > 1e-9 {
		t.Errorf("from 1920 to 1921 the number fell by %g, want 11.5", got)
	}
}
