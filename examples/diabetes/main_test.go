package main

import "testing"

// TestDiabetes holds the default options to an R² near what is possible, 0.5, and
// to what the README says of the penalty.
func TestDiabetes(t *testing.T) {
	penalized, free, err := compare("diabetes.csv")
	if err != nil {
		t.Fatal(err)
	}
	if penalized < 0.42 {
		t.Errorf("mean R² %.3f, want at least 0.42", penalized)
	}
	if free > penalized-0.05 {
		t.Errorf("mean R² %.3f without a penalty, want at least 0.05 below %.3f", free, penalized)
	}
}
