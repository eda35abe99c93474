package learning

import "github.com/goodfit-ml/goodfit/datasets"

// threeBlobs is the classification problem of chapters 2 to 5 and 10: three
// clusters that overlap. About 0.83 of the rows can be told apart.
func threeBlobs() *datasets.Dataset {
	return datasets.Blobs{Samples: 1000, Centers: 3, Std: 2, Seed: 2}.Make()
}

// twentyBlobs is the harder problem of chapter 2: 20 clusters in 100 dimensions.
func twentyBlobs() *datasets.Dataset {
	return datasets.Blobs{Samples: 1000, Centers: 20, Features: 100, Std: 2, Seed: 2}.Make()
}

// twoCircles is the problem of chapters 4, 7 and 9: the inner ring has 0.8 of the
// radius of the outer, and noise blurs them. About 0.845 can be told apart.
func twoCircles() *datasets.Dataset {
	return datasets.Circles{Samples: 1000, Noise: 0.1, Seed: 1}.Make()
}

// linearTarget is the regression problem of chapters 4, 6 and 8: 10 of 20 features
// count, and the target spreads over hundreds.
func linearTarget() *datasets.Dataset {
	return datasets.Regression{Samples: 1000, Features: 20, Noise: 0.1, Seed: 1}.Make()
}

// halves splits a problem as the book does: the first 500 rows to train with, the
// rest to test with.
func halves(d *datasets.Dataset) (train, test *datasets.Dataset) { return d.Split(500) }
