using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// The kernels of one SIMD width; <see cref="Current"/> is the one that this process uses, chosen once.
/// </summary>
/// <remarks>
/// The environment variable <c>VESPER_KERNEL</c> (<c>scalar</c>, <c>128</c>, <c>256</c> or <c>512</c>) forces one;
/// without it the widest that the processor runs in hardware is taken.
/// </remarks>
internal sealed class KernelTable
{
    /// <summary>The environment variable that forces a row of the table.</summary>
    public const string Variable = "VESPER_KERNEL";

    /// <summary>All rows, narrowest first; the first runs everywhere.</summary>
    public static IReadOnlyList<KernelTable> All { get; } =
    [
        For<ScalarLane, float>("scalar"),
        For<Lanes128, Vector128<float>>("128"),
        For<Lanes256, Vector256<float>>("256"),
        For<Lanes512, Vector512<float>>("512"),
    ];

    // Not a plain static field: an unknown name must surface as itself, not as a failed type initializer.
    private static readonly Lazy<KernelTable> Chosen =
        new(() => Choose(Environment.GetEnvironmentVariable(Variable)), LazyThreadSafetyMode.PublicationOnly);

    private KernelTable(string name, int widthBits, bool isSupported)
    {
        Name = name;
        WidthBits = widthBits;
        IsSupported = isSupported;
    }

    /// <summary>The kernels of this process.</summary>
    /// <exception cref="KernelUnavailableException">The environment asks for one that is not there.</exception>
    public static KernelTable Current => Chosen.Value;

    /// <summary>What the environment variable calls it.</summary>
    public string Name { get; }

    /// <summary>Bits of one vector; 32 for scalar code.</summary>
    public int WidthBits { get; }

    /// <summary>Whether this processor runs the width in hardware.</summary>
    public bool IsSupported { get; }

    /// <summary>Squared Euclidean distance.</summary>
    public required FloatKernel SquaredL2 { get; init; }

    /// <summary>Negated dot product.</summary>
    public required FloatKernel NegatedDot { get; init; }

    /// <summary>L1 distance.</summary>
    public required FloatKernel Manhattan { get; init; }

    /// <summary>The kernel of a metric. Cosine is a dot product, finished by its scorer with the norms.</summary>
    public FloatKernel For(Metric metric) => metric switch
    {
        Metric.L2 => SquaredL2,
        Metric.Dot or Metric.Cosine => NegatedDot,
        Metric.Manhattan => Manhattan,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Not a metric of float vectors."),
    };

    /// <summary>The row of a name, or the widest supported one when there is no name.</summary>
    /// <exception cref="KernelUnavailableException">The name is unknown, or this processor cannot run it.</exception>
    internal static KernelTable Choose(string? name)
    {
        KernelTable best = All.Last(row => row.IsSupported);
        KernelTable? chosen = string.IsNullOrEmpty(name) ? best : All.FirstOrDefault(row => row.Name == name);
        if (chosen is { IsSupported: true })
        {
            Debug.Assert(chosen.WidthBits <= best.WidthBits);
            return chosen;
        }

        string choices = string.Join(", ", All.Where(row => row.IsSupported).Select(row => row.Name));
        string reason = chosen is null ? "is unknown" : "does not run on this processor";
        throw new KernelUnavailableException($"{Variable}={name} {reason}; choices here: {choices}.");
    }

    private static KernelTable For<TLanes, TVector>(string name)
        where TLanes : ILanes<TVector> where TVector : struct =>
        new(name, TLanes.WidthBits, TLanes.IsSupported)
        {
            SquaredL2 = new PairKernel<TLanes, TVector, SquaredL2Fold>(),
            NegatedDot = new PairKernel<TLanes, TVector, NegatedDotFold>(),
            Manhattan = new PairKernel<TLanes, TVector, ManhattanFold>(),
        };
}
