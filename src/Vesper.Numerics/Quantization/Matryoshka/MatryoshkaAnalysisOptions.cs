namespace Vesper.Numerics.Quantization.Matryoshka;

/// <summary>Which prefixes and rerank factors are measured.</summary>
public sealed record MatryoshkaAnalysisOptions
{
    /// <summary>Prefix lengths, at least one, each 1 … dimensions.</summary>
    public required IReadOnlyList<int> Prefixes { get; init; }

    /// <summary>Rerank factors, at least one, each ≥ 1.</summary>
    public IReadOnlyList<int> RerankFactors { get; init; } = [1, 2, 4, 8];

    /// <summary>Neighbours wanted, ≥ 1.</summary>
    public int K { get; init; } = 10;

    /// <summary>Checks all limits.</summary>
    /// <param name="dimensions">Elements of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public void Validate(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(K);
        ArgumentOutOfRangeException.ThrowIfZero(Prefixes.Count, nameof(Prefixes));
        ArgumentOutOfRangeException.ThrowIfZero(RerankFactors.Count, nameof(RerankFactors));
        foreach (int prefix in Prefixes)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(prefix, nameof(Prefixes));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, dimensions, nameof(Prefixes));
        }

        foreach (int factor in RerankFactors)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor, nameof(RerankFactors));
        }
    }
}
