return await Vesper.Bench.Commands.BenchCommand.RunAsync(args);
