package boltstore

var children = map[string]func(path string){}
