// Command openbao is OpenBao itself: the server and the client, as its module has them.
package main

import (
	"os"

	"github.com/openbao/openbao/command"
)

func main() { os.Exit(command.Run(os.Args[1:])) }
