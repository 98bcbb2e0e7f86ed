namespace Vesper.Numerics.Quantization.Matryoshka;

/// <summary>One measured row of the table.</summary>
/// <param name="PrefixDimensions">Dimensions looked at first.</param>
/// <param name="RerankFactor">Candidates scored exactly, as a multiple of k.</param>
/// <param name="Recall">Share of the exact k nearest that was found, 0 … 1.</param>
public readonly record struct MatryoshkaRecall(int PrefixDimensions, int RerankFactor, double Recall);
