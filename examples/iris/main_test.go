package main

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestIris holds the program to 27 of 30 test flowers, and to three flowers that are
// typical of their classes.
func TestIris(t *testing.T) {
	model := filepath.Join(t.TempDir(), "iris.goodfit")
	accuracy, err := train("iris.csv", model)
	if err != nil {
		t.Fatal(err)
	}
	if accuracy < 0.9 {
		t.Errorf("accuracy %.3f, want at least 0.9", accuracy)
	}
	classes, err := predict(model)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"setosa", "versicolor", "virginica"}; !slices.Equal(classes, want) {
		t.Errorf("classes %v, want %v", classes, want)
	}
}
