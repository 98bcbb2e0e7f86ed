using System.Globalization;
using System.Runtime.Intrinsics;
using Vesper.Numerics.Kernels;

namespace Vesper.Tests.Numerics.Kernels;

public sealed class KernelTableTests
{
    /// <summary>
    /// Test legs that switch instruction sets off say which width must be left; VESPER_KERNEL must win, too.
    /// </summary>
    [Fact]
    public void The_width_in_use_is_the_one_expected_or_the_best_supported()
    {
        string? expected = Environment.GetEnvironmentVariable("VESPER_EXPECT_WIDTH");
        string? forced = Environment.GetEnvironmentVariable(KernelTable.Variable);
        int width = string.IsNullOrEmpty(expected)
            ? string.IsNullOrEmpty(forced) ? BestWidthBits() : WidthBits(forced)
            : WidthBits(expected);
        Assert.Equal(width, KernelTable.Current.WidthBits);
    }

    [Fact]
    public void Each_supported_row_can_be_forced()
    {
        foreach (KernelTable row in KernelTable.All.Where(row => row.IsSupported))
        {
            Assert.Same(row, KernelTable.Choose(row.Name));
        }
    }

    [Fact]
    public void The_scalar_row_runs_everywhere() => Assert.True(KernelTable.All[0].IsSupported);

    [Fact]
    public void An_unknown_name_is_refused_with_the_choices()
    {
        var error = Assert.Throws<KernelUnavailableException>(() => KernelTable.Choose("1024"));
        Assert.Contains("VESPER_KERNEL=1024 is unknown", error.Message, StringComparison.Ordinal);
        Assert.Contains("scalar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_width_that_the_processor_lacks_is_refused_with_the_choices()
    {
        foreach (KernelTable row in KernelTable.All.Where(row => !row.IsSupported))
        {
            var error = Assert.Throws<KernelUnavailableException>(() => KernelTable.Choose(row.Name));
            Assert.Contains("does not run on this processor", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Cosine_uses_the_dot_product_and_an_unknown_metric_is_refused()
    {
        KernelTable table = KernelTable.Current;
        Assert.Same(table.For(Metric.Dot), table.For(Metric.Cosine));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.For((Metric)77));
    }

    private static int WidthBits(string name) => name == "scalar" ? 32 : int.Parse(name, CultureInfo.InvariantCulture);

    private static int BestWidthBits() =>
        Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128 : 32;
}
