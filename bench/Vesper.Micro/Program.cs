using BenchmarkDotNet.Running;
using Vesper.Micro;

if (args is ["--smoke"])
{
    return SmokeRun.Run();
}

var summaries = BenchmarkSwitcher.FromAssembly(typeof(SmokeRun).Assembly).Run(args, MicroConfig.Make());
return summaries.All(SmokeRun.IsGood) ? 0 : 1;
