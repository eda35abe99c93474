// Package pipeline joins a table's schema, encoders, scalers, a model or an ensemble
// of models, and the names of its classes: what takes raw rows in and gives
// predictions out.
//
// [Train] makes one from a table: it divides the rows, learns encoding and scaling
// from the training rows alone, trains with early stopping, and scores the result
// beside a naive baseline. [Load] reads what [Pipeline.Save] wrote, and
// [Pipeline.Predict] takes the rows of another table.
package pipeline
