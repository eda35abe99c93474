package main

import (
	"context"
	"testing"
)

// TestTour holds the tour to the accuracy that its problem allows: about 0.83.
func TestTour(t *testing.T) {
	accuracy, err := tour(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if accuracy < 0.78 {
		t.Errorf("accuracy %.3f, want at least 0.78", accuracy)
	}
}
