using System.Runtime.Intrinsics.X86;
using Vesper.Numerics.Kernels;

namespace Vesper.Tests.Numerics.Kernels;

public sealed class CpuReportTests
{
    [Fact]
    public void It_says_what_is_used()
    {
        CpuReport report = CpuReport.Read();
        Assert.Equal(KernelTable.Current.Name, report.Kernels.Single(kernel => kernel.IsChosen).Name);
        Assert.Equal(Environment.ProcessorCount, report.Processors);
        Assert.Equal(Avx2.IsSupported, report.InstructionSets.Contains("Avx2"));
        Assert.All(report.Caches, cache => Assert.InRange(cache.Bytes, 4 << 10, 4L << 30));
        Assert.Contains($"{KernelTable.Current.Name} (chosen)", report.ToString(), StringComparison.Ordinal);
    }
}
