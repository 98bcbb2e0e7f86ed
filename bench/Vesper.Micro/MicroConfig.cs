using System.Runtime.Intrinsics;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Running;

namespace Vesper.Micro;

/// <summary>How all benchmarks run.</summary>
internal static class MicroConfig
{
    /// <summary>The default, without the rows of vectors that this processor only emulates.</summary>
    public static IConfig Make() => DefaultConfig.Instance
        .AddFilter(new SimpleFilter(IsInHardware))
        .WithArtifactsPath(Path.Combine("artifacts", "micro"));

    /// <summary>Whether a row has the width that its name says; rows without a width always do.</summary>
    public static bool IsInHardware(BenchmarkCase row) => row.Descriptor.WorkloadMethod.Name switch
    {
        "Bits512" or "Signs512" or "Dot512" => Vector512.IsHardwareAccelerated,
        "Bits256" or "Signs256" or "Dot256" => Vector256.IsHardwareAccelerated,
        "Bits128" or "Signs128" or "Dot128" => Vector128.IsHardwareAccelerated,
        _ => true,
    };
}
