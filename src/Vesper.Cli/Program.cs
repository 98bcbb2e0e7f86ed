return await Vesper.Cli.CommandLine.RunAsync(args, Vesper.Cli.Terminal.Output.Standard);
