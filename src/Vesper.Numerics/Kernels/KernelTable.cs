using System.Diagnostics;
using System.Runtime.Intrinsics;
using Vesper.Numerics.Kernels.Elements;
using Vesper.Numerics.Kernels.Integers;
using Vesper.Numerics.Kernels.Tiles;

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
        For<ScalarLane, float, Tile6, ScalarShort, short, int>("scalar"),
        For<Lanes128, Vector128<float>, Tile6, Shorts128, Vector128<short>, Vector128<int>>("128"),
        For<Lanes256, Vector256<float>, Tile6, Shorts256, Vector256<short>, Vector256<int>>("256"),
        For<Lanes512, Vector512<float>, Tile12, Shorts512, Vector512<short>, Vector512<int>>("512"),
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

    /// <summary>Rows of half floats.</summary>
    public required HalfKernels Halves { get; init; }

    /// <summary>Rows of 0 … 255.</summary>
    public required ByteKernels<byte> Bytes { get; init; }

    /// <summary>Rows of −128 … 127.</summary>
    public required ByteKernels<sbyte> SignedBytes { get; init; }

    /// <summary>How many bits of packed bit vectors differ.</summary>
    public ElementKernel<byte, byte, int> Hamming { get; } = new BodyKernel<HammingBody, byte, byte, int>();

    /// <summary>Many rows against many targets.</summary>
    public required TileKernel Tiles { get; init; }

    /// <summary>The kernel of a metric. Cosine is a dot product, finished by its scorer with the norms.</summary>
    public FloatKernel For(Metric metric) => metric switch
    {
        Metric.L2 => SquaredL2,
        Metric.Dot or Metric.Cosine => NegatedDot,
        Metric.Manhattan => Manhattan,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Not a metric of float vectors."),
    };

    /// <summary>Σ v², in single precision; a NaN when an element is one.</summary>
    public float SquaredNorm(ReadOnlySpan<float> vector)
    {
        // The kernel makes +∞ of a NaN before it is negated back here.
        float sum = -NegatedDot.Distance(vector, vector);
        return sum >= 0 ? sum : float.NaN;
    }

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

    private static KernelTable For<TLanes, TVector, TTile, TShortLanes, TShorts, TInts>(string name)
        where TLanes : ILanes<TVector>
        where TVector : struct
        where TTile : ITile
        where TShortLanes : IShortLanes<TShorts, TInts>
        where TShorts : struct
        where TInts : struct =>
        new(name, TLanes.WidthBits, TLanes.IsSupported)
        {
            SquaredL2 = new PairKernel<TLanes, TVector, SquaredL2Fold>(),
            NegatedDot = new PairKernel<TLanes, TVector, NegatedDotFold>(),
            Manhattan = new PairKernel<TLanes, TVector, ManhattanFold>(),
            Halves = HalfKernels.Make<TLanes, TVector>(),
            Bytes = ByteKernels<byte>.Make<TShortLanes, TShorts, TInts, UnsignedByte>(),
            SignedBytes = ByteKernels<sbyte>.Make<TShortLanes, TShorts, TInts, SignedByte>(),
            Tiles = new FusedTiles<TLanes, TVector, TTile>(),
        };
}
