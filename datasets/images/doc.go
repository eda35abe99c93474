// Package images has images as data: files in folders, a folder for each class
// ([Reader.Folder]), rows of pixels from a table ([Pixels]), resizing, and
// augmentation beside the training ([Augment]).
//
// An image is float32 values of shape (height×width×channels), rows from the top,
// with one channel of grey or three of red, green and blue, from 0 to 1.
package images
